/** The sidebar on a narrow screen: over the page, until one goes somewhere or presses Escape. */
import { type ReactNode, useEffect, useRef } from "react";
import { Icon } from "./icons";

export function Drawer({ close, children }: { close: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="drawer"
      aria-label="Conversations"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <nav className="sidebar" aria-label="Conversations">
        <button type="button" className="icon-button drawer-close" aria-label="Close the sidebar" onClick={close}>
          <Icon name="close" />
        </button>
        {children}
      </nav>
    </dialog>
  );
}
