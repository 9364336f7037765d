/** The modal in front of a person: a view with fields, what is wrong with them, and what follows. */
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Blocks } from "../blocks/BlockView";
import { SurfaceContext } from "../blocks/surface";
import { Icon } from "../frame/icons";
import { control } from "../live/control";
import { complaintOf, read, useLive } from "../live/store";
import { useViewing, type Viewing } from "../live/viewing";
import type { View } from "../protocol";
import { Dialog } from "./Dialog";

/** The stack of modals. Only the front one is shown; what was entered in those beneath waits. */
export function Modals() {
  const stack = useLive((s) => s.modals);
  const front = stack.at(-1);
  if (front === undefined) return null;
  return (
    <ModalFrame key={front.root_view_id} stack={stack}>
      {stack.map((view) => (
        <ModalView key={view.id} view={view} isFront={view === front} depth={stack.length} />
      ))}
    </ModalFrame>
  );
}

function ModalFrame({ stack, children }: { stack: View[]; children: React.ReactNode }) {
  const me = useLive((s) => s.me);
  const front = stack.at(-1)!;
  return (
    <Dialog title={front.title?.text ?? ""} className="is-modal" onEscape={() => void leave(me, front, false)}>
      {() => (
        <>
          <button
            type="button"
            className="icon-button dialog-close"
            aria-label={stack.length > 1 ? "Close all" : "Close"}
            onClick={() => void leave(me, front, stack.length > 1)}
          >
            <Icon name="close" />
          </button>
          {children}
        </>
      )}
    </Dialog>
  );
}

function leave(me: string, view: View, wholeStack: boolean): Promise<unknown> {
  // The view may be gone by now: then there is nothing to close.
  return control.close(me, view.id, wholeStack).catch(() => undefined);
}

function ModalView({ view, isFront, depth }: { view: View; isFront: boolean; depth: number }) {
  const viewing = useViewing(view);
  const form = useRef<HTMLFormElement>(null);
  const me = useLive((s) => s.me);
  const { isBusy, trouble, submit } = useSubmission(view, viewing, form);
  const complaint = trouble ?? viewing.complaint;
  useFirstFocus(form, isFront);
  return (
    <form
      ref={form}
      hidden={!isFront}
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-busy={isBusy || undefined}
    >
      <div className="dialog-body" tabIndex={-1}>
        {complaint && (
          <div className="complaint" role="alert">
            <span aria-hidden="true">⚠ </span>
            {complaint}
          </div>
        )}
        <SurfaceContext.Provider value={viewing.surface}>
          <Blocks blocks={view.blocks} />
        </SurfaceContext.Provider>
      </div>
      <div className="dialog-foot">
        <button type="button" className="button" onClick={() => void leave(me, view, false)}>
          {view.close?.text ?? (depth > 1 ? "Back" : view.submit ? "Cancel" : "Close")}
        </button>
        {view.submit && (
          <button type="submit" className="button is-primary" aria-disabled={isBusy || undefined}>
            {view.submit.text}
            {isBusy && <span className="spinner" aria-hidden="true" />}
          </button>
        )}
      </div>
    </form>
  );
}

type FormRef = React.RefObject<HTMLFormElement | null>;

/** Sends the form; what is wrong is said, and the focus goes to the first field that is. */
function useSubmission(view: View, { values, setErrors }: Viewing, form: FormRef) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>(".has-error :is(input, select, textarea)")?.focus();
  }, [form, attempts]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setTrouble(null);
    try {
      const answer = await control.submit(read().me, view.id, values());
      setErrors(answer.errors);
      if (answer.failure !== "invalid_input") setTrouble(complaintOf(answer));
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
      setAttempts((n) => n + 1);
    }
  };
  return { isBusy, trouble, submit };
}

/** Focus goes to the element that asks for it, else to the first field, else to the first button of the foot. */
function useFirstFocus(form: FormRef, isFront: boolean): void {
  useLayoutEffect(() => {
    const place = form.current;
    if (!isFront || place === null) return;
    const frame = requestAnimationFrame(() => {
      const wanted = place.querySelector<HTMLElement>("[data-focus]");
      const field = wanted ?? place.querySelector<HTMLElement>(".bk-field :is(input, select, textarea)");
      (field ?? place.querySelector<HTMLElement>("button"))?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [form, isFront]);
}
