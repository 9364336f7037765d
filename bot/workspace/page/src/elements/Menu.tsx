/** A button that opens a menu; arrow keys move in it, Escape and a click elsewhere close it. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

export interface MenuItem {
  key: string;
  text: ReactNode;
  detail?: string;
  run: () => void;
}

interface Props {
  label: string;
  className: string;
  items: MenuItem[];
  children: ReactNode;
  /** A grid of small items, such as emoji. */
  isGrid?: boolean;
}

export function Menu({ label, className, items, children, isGrid = false }: Props) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  useCloseOutside(root, isOpen, () => setOpen(false));
  useEffect(() => {
    if (isOpen) entries(root.current)[0]?.focus();
  }, [isOpen]);
  const leave = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === "Tab") return setOpen(false);
    if (event.key === "Escape") leave();
    else if (!walk(entries(root.current), event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen && (
        <div id={id} role="menu" aria-label={label} className={`menu-list${isGrid ? " is-grid" : ""}`}>
          {items.map((item) => (
            <Item key={item.key} item={item} name={isGrid ? item.key : undefined} leave={leave} />
          ))}
        </div>
      )}
    </div>
  );
}

function Item({ item, name, leave }: { item: MenuItem; name: string | undefined; leave: () => void }) {
  const run = () => {
    leave();
    item.run();
  };
  return (
    <button type="button" role="menuitem" tabIndex={-1} aria-label={name} className="menu-item" onClick={run}>
      <span>{item.text}</span>
      {item.detail && <span className="menu-detail">{item.detail}</span>}
    </button>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Moves the focus among `all`; false when the key moves nothing. */
function walk(all: HTMLElement[], key: string): boolean {
  const at = all.indexOf(document.activeElement as HTMLElement);
  const step = STEPS[key];
  if (step !== undefined) all[(at + step + all.length) % all.length]?.focus();
  else if (key === "Home") all[0]?.focus();
  else if (key === "End") all.at(-1)?.focus();
  else return false;
  return true;
}

function entries(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}

function useCloseOutside(root: React.RefObject<HTMLElement | null>, isOpen: boolean, close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const onDown = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) latest.current();
    };
    document.addEventListener("pointerdown", onDown);
    return () => document.removeEventListener("pointerdown", onDown);
  }, [root, isOpen]);
}
