/** A picture of somebody: initials on a colour of their own. */
import type { Person } from "../protocol";

const COLOURS = ["#1a6e5a", "#7a3e9d", "#a8480f", "#1f5fa8", "#9b2355", "#4d6512", "#5b4bb5", "#8a5a00"];

function colourOf(id: string): string {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + sign.charCodeAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length]!;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]![0]}${words.at(-1)![0]}` : name.slice(0, 2);
  return letters.toUpperCase();
}

interface Props {
  person: Person | undefined;
  size: number;
  isApp?: boolean;
}

export function Avatar({ person, size, isApp = false }: Props) {
  const name = person?.real_name || person?.name || "?";
  const style = {
    width: size,
    height: size,
    fontSize: size * 0.4,
    background: isApp ? undefined : colourOf(person?.id ?? ""),
  };
  return (
    <span className={`avatar${isApp ? " is-app" : ""}`} style={style} aria-hidden="true">
      {isApp ? <AppMark /> : initials(name)}
    </span>
  );
}

/** The sign of an app. */
function AppMark() {
  return (
    <svg viewBox="0 0 36 36" width="100%" height="100%">
      <path
        d="M10 19.5l5.2 5.2L26.5 12"
        fill="none"
        stroke="currentColor"
        strokeWidth="4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
