/** Instants as a person reads them: in the zone of whoever the page acts as. */

const LOCALE = "en-US";
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options });
    formats.set(key, found);
  }
  return found.format(at * 1000);
}

/** The day of an instant in a zone, as YYYY-MM-DD. */
export function dayOf(at: number, zone: string): string {
  const [month, day, year] = format(at, zone, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/");
  return `${year}-${month}-${day}`;
}

export function clockTime(at: number, zone: string): string {
  return format(at, zone, { hour: "numeric", minute: "2-digit" });
}

/** Hours, minutes and seconds, for the inspector. */
export function exactTime(at: number, zone: string): string {
  return format(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

export function fullTime(at: number, zone: string): string {
  return `${format(at, zone, { weekday: "long", month: "long", day: "numeric", year: "numeric" })} at ${format(
    at,
    zone,
    {
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    },
  )}`;
}

export function zoneName(at: number, zone: string): string {
  return format(at, zone, { timeZoneName: "short" }).split(", ").at(-1) ?? zone;
}

function ordinal(day: number): string {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
}

/** Today, Yesterday or Tomorrow; null for any other day. */
function nearDay(at: number, now: number, zone: string): string | null {
  const day = dayOf(at, zone);
  const near: [string, number][] = [
    ["Today", 0],
    ["Yesterday", -86_400],
    ["Tomorrow", 86_400],
  ];
  return near.find(([, shift]) => dayOf(now + shift, zone) === day)?.[0] ?? null;
}

function longDay(at: number, zone: string, withWeekday: boolean, withYear = true): string {
  const day = ordinal(Number(format(at, zone, { day: "numeric" })));
  const weekday = withWeekday ? `${format(at, zone, { weekday: "long" })}, ` : "";
  const year = withYear ? `, ${format(at, zone, { year: "numeric" })}` : "";
  return `${weekday}${format(at, zone, { month: "long" })} ${day}${year}`;
}

/** What stands between the messages of two days. */
export function dayDivider(at: number, now: number, zone: string): string {
  const isThisYear = dayOf(at, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return nearDay(at, now, zone) ?? longDay(at, zone, true, !isThisYear);
}

function ago(at: number, now: number): string {
  const seconds = Math.round(now - at);
  const steps: [string, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  const count = Math.floor(Math.abs(seconds) / size);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

const TOKENS: Record<string, (at: number, now: number, zone: string) => string> = {
  date_num: (at, _now, zone) => dayOf(at, zone),
  date_slash: (at, _now, zone) => format(at, zone, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (at, _now, zone) => longDay(at, zone, false),
  date_pretty: (at, now, zone) => nearDay(at, now, zone)?.toLowerCase() ?? longDay(at, zone, false),
  date_short: (at, _now, zone) => format(at, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_short_pretty: (at, now, zone) =>
    nearDay(at, now, zone)?.toLowerCase() ?? format(at, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at, _now, zone) => longDay(at, zone, true),
  date_long_full: (at, _now, zone) => longDay(at, zone, true),
  date_long_pretty: (at, now, zone) => nearDay(at, now, zone)?.toLowerCase() ?? longDay(at, zone, true),
  day_divider_pretty: (at, now, zone) => dayDivider(at, now, zone),
  time: (at, _now, zone) => clockTime(at, zone),
  time_secs: (at, _now, zone) => format(at, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (at, now) => ago(at, now),
};

/** A date of Slack's form in words; the fallback when the form holds no token or the instant is none. */
export function slackDate(at: number, form: string, fallback: string, now: number, zone: string): string {
  if (!Number.isFinite(at) || !form.includes("{")) return fallback || form;
  const words = form.replace(/\{(\w+)\}/g, (whole, token: string) => TOKENS[token]?.(at, now, zone) ?? whole);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Unix seconds of a wall clock reading (YYYY-MM-DDTHH:MM) in a zone. */
export function instantOf(reading: string, zone: string): number {
  const wanted = Date.parse(`${reading}:00Z`) / 1000;
  let at = wanted;
  // Twice: the first correction may cross a change to or from daylight saving time.
  for (let turn = 0; turn < 2; turn += 1) at += wanted - Date.parse(`${readingOf(at, zone)}:00Z`) / 1000;
  return at;
}

/** The wall clock reading (YYYY-MM-DDTHH:MM) of an instant in a zone. */
export function readingOf(at: number, zone: string): string {
  const time = format(at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${dayOf(at, zone)}T${time}`;
}
