/** What the page remembers in this browser: the theme, and how far each person has read. */
import { useCallback, useEffect, useState } from "react";

export type Theme = "system" | "light" | "dark";

function load<T>(key: string, otherwise: T): T {
  try {
    const kept = localStorage.getItem(key);
    return kept === null ? otherwise : (JSON.parse(kept) as T);
  } catch {
    return otherwise;
  }
}

function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

/** The theme in force, the choice behind it, and how to choose. */
export function useTheme(): ["light" | "dark", Theme, (theme: Theme) => void] {
  const [choice, setChoice] = useState<Theme>(() => load("workspace.theme", "system"));
  const [isDark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const onChange = () => setDark(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  const theme = choice === "system" ? (isDark ? "dark" : "light") : choice;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = useCallback((next: Theme) => {
    setChoice(next);
    save("workspace.theme", next);
  }, []);
  return [theme, choice, choose];
}

export type Read = Readonly<Record<string, string>>;

export function loadRead(person: string): Read {
  return load(`workspace.read.${person}`, {});
}

export function saveRead(person: string, read: Read): void {
  save(`workspace.read.${person}`, read);
}

/** Whether the window is at most `width` pixels wide. */
export function useNarrow(width: number): boolean {
  const query = `(max-width: ${width}px)`;
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = () => setNarrow(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return isNarrow;
}
