/** Focus across an update: an app that replaces the pressed button must not throw a keyboard back to the top. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** Puts the focus on the element with the same action, else on the blocks, when an update took the focused one away. */
export function useKeptFocus(root: RefObject<HTMLElement | null>, shown: unknown): void {
  const held = useRef<string | null>(null);
  useEffect(() => {
    const place = root.current;
    if (place === null) return;
    const onFocus = (event: FocusEvent) => {
      held.current = (event.target as HTMLElement).dataset.action ?? "";
    };
    const onBlur = (event: FocusEvent) => {
      const left = event.target as HTMLElement;
      // A focused element that is removed is left as well; only one that is still there was left on purpose.
      queueMicrotask(() => {
        if (left.isConnected && !place.contains(document.activeElement)) held.current = null;
      });
    };
    place.addEventListener("focusin", onFocus);
    place.addEventListener("focusout", onBlur);
    return () => {
      place.removeEventListener("focusin", onFocus);
      place.removeEventListener("focusout", onBlur);
    };
  }, [root]);
  useLayoutEffect(() => {
    const place = root.current;
    if (place === null || held.current === null || document.activeElement !== document.body) return;
    const same = held.current && place.querySelector<HTMLElement>(`[data-action="${CSS.escape(held.current)}"]`);
    (same || place).focus({ preventScroll: true });
  }, [root, shown]);
}
