/** Line icons, drawn here so that the page loads none. */

const PATHS: Record<string, string> = {
  hash: "M5 8h13M4 15h13M10 4L7 19M15 4l-3 15",
  lock: "M6 10V7.5a5 5 0 0 1 10 0V10M5 10h12v9H5z",
  thread: "M4 5h14v9h-7l-4 4v-4H4zM8 9h6",
  smile: "M11 3a8 8 0 1 0 0 16 8 8 0 0 0 0-16M7.5 13c1.8 2.4 5.2 2.4 7 0M8.5 8.6v.1M13.5 8.6v.1",
  more: "M5 11h.1M11 11h.1M17 11h.1",
  text: "M4 6h14M11 6v12M8 18h6",
  menu: "M3 6h16M3 11h16M3 16h16",
  close: "M5 5l12 12M17 5L5 17",
  send: "M3 4l16 7-16 7 3-7zM6 11h7",
  pulse: "M2 12h4l3-7 4 12 3-5h4",
  sun: "M11 7a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 2v2M11 18v2M2 11h2M18 11h2M4.6 4.6L6 6M16 16l1.4 1.4M4.6 17.4L6 16M16 6l1.4-1.4",
  moon: "M18 13A8 8 0 0 1 9 4a7.5 7.5 0 1 0 9 9z",
  down: "M11 4v13M5 11l6 6 6-6",
  home: "M4 10l7-6 7 6v9h-5v-5H9v5H4z",
  file: "M6 3h7l4 4v12H6zM13 3v4h4",
  back: "M13 4l-7 7 7 7",
  clock: "M11 3a8 8 0 1 0 0 16 8 8 0 0 0 0-16M11 7v4l3 2",
};

export function Icon({ name, size = 18 }: { name: keyof typeof PATHS & string; size?: number }) {
  return (
    <svg viewBox="0 0 22 22" width={size} height={size} className="icon" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
