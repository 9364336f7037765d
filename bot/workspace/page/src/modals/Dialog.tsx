/** A modal dialog: the browser keeps focus inside, gives it back at the end, and the page behind cannot be reached. */
import { type ReactNode, useEffect, useId, useRef } from "react";

interface Props {
  title: ReactNode;
  className?: string;
  onEscape: () => void;
  isBusy?: boolean;
  children: (titleId: string) => ReactNode;
}

export function Dialog({ title, className = "", onEscape, isBusy = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const escape = useRef(onEscape);
  escape.current = onEscape;

  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    if (shown === null) return;
    shown.showModal();
    // Escape is ours: the workspace decides what is shown after it. Chrome closes a dialog itself unless the key is taken.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      escape.current();
    };
    const onCancel = (event: Event) => {
      event.preventDefault();
      escape.current();
    };
    shown.addEventListener("keydown", onKeyDown);
    shown.addEventListener("cancel", onCancel);
    return () => {
      shown.removeEventListener("keydown", onKeyDown);
      shown.removeEventListener("cancel", onCancel);
      shown.close();
      if (before?.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      role="dialog"
      aria-modal="true"
      aria-labelledby={id}
      aria-busy={isBusy || undefined}
      className={`dialog ${className}`}
    >
      <h2 className="dialog-title" id={id}>
        {title}
      </h2>
      {children(id)}
    </dialog>
  );
}
