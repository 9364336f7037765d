/** How the elements of a message or of a view are pressed. */
import { useCallback, useMemo, useState } from "react";
import type { Element, Value } from "../blocks/kinds";
import type { Surface } from "../blocks/surface";
import { toEnter } from "../blocks/values";
import { useConfirm } from "../modals/confirm";
import { control, type Place, RefusedError } from "./control";
import { complaintOf, read } from "./store";

export type Press = Surface["press"];

/** Press elements at `place`; what went wrong, and how to forget it. */
export function usePress(place: Place): { press: Press; complaint: string | null; forget: () => void } {
  const confirm = useConfirm();
  const [complaint, setComplaint] = useState<string | null>(null);
  const key = JSON.stringify(place);
  const press = useCallback<Press>(
    async (element: Element, blockId: string | undefined, value?: Value) => {
      if (element.confirm && !(await confirm(element.confirm))) return false;
      setComplaint(null);
      try {
        const sent = value === undefined ? undefined : toEnter(element, value);
        const where = JSON.parse(key) as Place;
        const answer = await control.press(
          read().me,
          where,
          element.action_id ?? "",
          blockId,
          sent as Value | undefined,
        );
        if (answer.failure !== "not_dispatched") setComplaint(complaintOf(answer));
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        setComplaint(error.message);
      }
      return true;
    },
    [confirm, key],
  );
  return useMemo(() => ({ press, complaint, forget: () => setComplaint(null) }), [press, complaint]);
}

/** The surface of a message: nothing entered there is kept by the workspace. */
export function useMessageSurface(channel: string, ts: string): { surface: Surface; complaint: string | null } {
  const { press, complaint } = usePress({ channel, ts });
  const surface = useMemo<Surface>(
    () => ({ press, entered: () => undefined, enter: () => undefined, remembered: () => undefined, errors: {} }),
    [press],
  );
  return { surface, complaint };
}
