/** F6 goes from region to region, as in Slack. */
import { useEffect } from "react";

export function useRegionKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
        (r) => r.offsetParent !== null,
      );
      // A region may stand in another: the inner one comes later.
      const at = regions.findLastIndex((region) => region.contains(document.activeElement));
      const next = regions[(at + (event.shiftKey ? -1 : 1) + regions.length) % regions.length];
      if (next !== undefined) enter(next);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

const INNER: Record<string, string> = {
  sidebar: '[aria-current="page"]',
  main: 'article[tabindex="0"]',
};

/** Focus what a region is for: its chosen row, its newest message, its text field, else the region itself. */
export function enter(region: HTMLElement): void {
  const inner = region.querySelector<HTMLElement>(INNER[region.dataset.region ?? ""] ?? "textarea");
  (inner ?? region).focus();
}
