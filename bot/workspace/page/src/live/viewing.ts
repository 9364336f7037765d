/** What a person enters into a view: kept while the view is open, by block_id and action_id, also across updates. */
import { useCallback, useMemo, useRef, useState } from "react";
import type { Block, Element, Value } from "../blocks/kinds";
import type { Surface } from "../blocks/surface";
import { holdsValue, initialValue, toEnter } from "../blocks/values";
import type { View } from "../protocol";
import { control } from "./control";
import { usePress } from "./pressing";
import { read } from "./store";

type Entered = Record<string, Value>;

const keyOf = (blockId: string | undefined, element: Element) => `${blockId ?? ""}/${element.action_id ?? ""}`;

export interface Viewing {
  surface: Surface;
  complaint: string | null;
  /** What the submission sends, by block_id. */
  values: () => Record<string, unknown>;
  setErrors: (errors: Record<string, string>) => void;
}

export function useViewing(view: View): Viewing {
  const [entered, setEntered] = useState<Entered>({});
  const [errors, setErrors] = useState<Record<string, string>>(view.errors);
  const latest = useRef(entered);
  const unsaid = useRef(new Map<string, { blockId: string | undefined; element: Element }>());
  const { press, complaint } = usePress({ view_id: view.id });

  const enter = useCallback<Surface["enter"]>((blockId, element, value) => {
    latest.current = { ...latest.current, [keyOf(blockId, element)]: value };
    unsaid.current.set(keyOf(blockId, element), { blockId, element });
    setEntered(latest.current);
    setErrors((known) => {
      if (blockId === undefined || !(blockId in known)) return known;
      const { [blockId]: _, ...others } = known;
      return others;
    });
  }, []);
  // Slack sends the state of the whole view with every press, so what was only typed is told first.
  const pressInView = useCallback<Surface["press"]>(
    async (element, blockId, value) => {
      const pressed = keyOf(blockId, element);
      const silent = new Set(inputs(view.blocks).flatMap((b) => (b.dispatch_action ? [] : [b.block_id])));
      const waiting = [...unsaid.current].filter(([key, one]) => key !== pressed && silent.has(one.blockId));
      unsaid.current.clear();
      await Promise.all(waiting.map(([key, one]) => tell(view.id, one, latest.current[key] ?? null)));
      return press(element, blockId, value);
    },
    [press, view],
  );
  const surface = useMemo<Surface>(
    () => ({
      press: pressInView,
      entered: (blockId, element) => entered[keyOf(blockId, element)],
      enter,
      remembered: (blockId, element) => view.state.values[blockId ?? ""]?.[element.action_id ?? ""],
      errors,
    }),
    [pressInView, entered, enter, view, errors],
  );
  const values = useCallback(() => valuesOf(view, latest.current), [view]);
  return { surface, complaint, values, setErrors };
}

/** Inputs that do not tell the app are only noted by the workspace; one that a newer view lacks is no loss. */
async function tell(view: string, one: { blockId: string | undefined; element: Element }, value: Value): Promise<void> {
  if (!holdsValue(one.element)) return;
  const sent = toEnter(one.element, value) as Value;
  await control
    .press(read().me, { view_id: view }, one.element.action_id ?? "", one.blockId, sent)
    .catch(() => undefined);
}

function inputs(blocks: readonly Block[]): Block[] {
  const all = blocks.flatMap((block) => (block.type === "container" ? inputs(block.child_blocks ?? []) : [block]));
  return all.filter((block) => block.type === "input");
}

function valuesOf(view: View, entered: Entered): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { block_id = "", element } of inputs(view.blocks)) {
    if (element === undefined || !holdsValue(element) || element.type.endsWith("external_select")) continue;
    const key = keyOf(block_id, element);
    const remembered = view.state.values[block_id]?.[element.action_id ?? ""];
    found[block_id] = toEnter(element, key in entered ? (entered[key] ?? null) : initialValue(element, remembered));
  }
  return found;
}
