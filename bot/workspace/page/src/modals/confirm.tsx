/** Confirm dialogs: asked before anything is sent. */
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import type { Confirm } from "../blocks/kinds";
import { plainWords, TextView } from "../blocks/TextView";
import { Dialog } from "./Dialog";

type Ask = (confirm: Confirm) => Promise<boolean>;

const ConfirmContext = createContext<Ask>(async () => true);

export function useConfirm(): Ask {
  return useContext(ConfirmContext);
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ confirm: Confirm; answer: (yes: boolean) => void } | null>(null);
  const ask = useCallback<Ask>(
    (confirm) =>
      new Promise((resolve) => {
        setAsked({
          confirm,
          answer: (yes) => {
            setAsked(null);
            resolve(yes);
          },
        });
      }),
    [],
  );
  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      {asked && <ConfirmDialog confirm={asked.confirm} answer={asked.answer} />}
    </ConfirmContext.Provider>
  );
}

function ConfirmDialog({ confirm, answer }: { confirm: Confirm; answer: (yes: boolean) => void }) {
  return (
    <Dialog title={plainWords(confirm.title) || "Are you sure?"} className="is-confirm" onEscape={() => answer(false)}>
      {() => (
        <>
          <div className="dialog-body">{confirm.text && <TextView text={confirm.text} />}</div>
          <div className="dialog-foot">
            <button type="button" className="button" onClick={() => answer(false)}>
              {plainWords(confirm.deny) || "Cancel"}
            </button>
            <button type="button" className={`button is-${confirm.style ?? "primary"}`} onClick={() => answer(true)}>
              {plainWords(confirm.confirm) || "Yes"}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
