/** Where blocks stand, for their interactive parts: how to press, and what a person has entered so far. */
import { createContext, useCallback, useContext, useState } from "react";
import type { StateEntry } from "../protocol";
import type { Element, Value } from "./kinds";
import { initialValue } from "./values";

export interface Surface {
  /** Deliver a press to the app; resolves to false when the person declined the confirm dialog. */
  press: (element: Element, blockId: string | undefined, value?: Value) => Promise<boolean>;
  /** What a person entered in a view; undefined when nobody touched the element. */
  entered: (blockId: string | undefined, element: Element) => Value | undefined;
  enter: (blockId: string | undefined, element: Element, value: Value) => void;
  /** What the workspace remembers of a view. */
  remembered: (blockId: string | undefined, element: Element) => StateEntry | undefined;
  /** What the app or the client says is wrong, by block_id. */
  errors: Readonly<Record<string, string>>;
}

export const SurfaceContext = createContext<Surface>({
  press: async () => false,
  entered: () => undefined,
  enter: () => undefined,
  remembered: () => undefined,
  errors: {},
});

export function useSurface(): Surface {
  return useContext(SurfaceContext);
}

/** Where an element stands in its block, and whether changing it tells the app at once. */
export interface Standing {
  blockId: string | undefined;
  element: Element;
  /** Elements of actions and accessories tell the app; those of inputs wait for the submission. */
  tells: boolean;
  /** The id of the control, and of what describes it. */
  id: string;
  describedBy?: string;
  /** The name when no visible label stands beside the element. */
  label?: string;
}

/** The value of an element, and how to change it. A declined confirm dialog changes it back. */
export function useValue({ blockId, element, tells }: Standing): [Value, (value: Value) => void] {
  const surface = useSurface();
  const [own, setOwn] = useState<Value | undefined>(undefined);
  const shared = surface.entered(blockId, element);
  const touched = shared === undefined ? own : shared;
  const value = touched === undefined ? initialValue(element, surface.remembered(blockId, element)) : touched;
  const change = useCallback(
    (next: Value) => {
      const put = (one: Value) => {
        setOwn(one);
        surface.enter(blockId, element, one);
      };
      put(next);
      if (tells) void surface.press(element, blockId, next).then((went) => went || put(value));
    },
    [surface, blockId, element, tells, value],
  );
  return [value, change];
}
