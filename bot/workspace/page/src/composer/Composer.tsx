/** Where one types: Enter sends, Shift+Enter starts a line, and a list offers commands, people and channels. */
import { type KeyboardEvent, memo, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "../frame/icons";
import { useLive } from "../live/store";
import { type Offer, offersFor } from "./completions";
import { conversation, drafts, send } from "./sending";

interface Props {
  channel: string;
  thread: string | null;
  placeholder: string;
}

export const Composer = memo(function Composer({ channel, thread, placeholder }: Props) {
  const { text, cursor, put, move, pending, submit } = useTyping(channel, thread);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const offers = useOffers(text, cursor);
  const isOpen = offers.length > 0 && closedFor !== text;
  const at = Math.min(active, offers.length - 1);
  useGrowing(field, text);

  const take = (offer: Offer) => {
    put(offer.text, offer.cursor);
    setActive(0);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(offer.cursor, offer.cursor);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const count = offers.length;
    if (isOpen && event.key === "ArrowDown") setActive((at + 1) % count);
    else if (isOpen && event.key === "ArrowUp") setActive((at + count - 1) % count);
    else if (isOpen && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) take(offers[at]!);
    else if (isOpen && event.key === "Escape") setClosedFor(text);
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else return;
    event.preventDefault();
  };
  return (
    <div className="composer" data-region={thread === null ? "composer" : undefined}>
      {isOpen && <Offers id={id} offers={offers} active={at} take={take} />}
      <div className="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          aria-activedescendant={isOpen ? `${id}-${at}` : undefined}
          onChange={(event) => {
            put(event.target.value, event.target.selectionStart);
            setActive(0);
          }}
          onSelect={(event) => move(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <button type="button" className="send" aria-label="Send" disabled={text.trim() === ""} onClick={submit}>
          <Icon name="send" size={16} />
        </button>
      </div>
      <Note pending={pending} />
    </div>
  );
});

/** What is typed, kept as the draft of the conversation until it is sent, and what is on its way. */
function useTyping(channel: string, thread: string | null) {
  const draft = conversation(channel, thread);
  const [{ text, cursor }, setTyped] = useState(() => ({ text: drafts.get(draft) ?? "", cursor: 0 }));
  const [pending, setPending] = useState<string[]>([]);
  const put = (next: string, place: number) => {
    setTyped({ text: next, cursor: place });
    if (next === "") drafts.delete(draft);
    else drafts.set(draft, next);
  };
  // Told in the same breath as the key that sends: the text is then already another.
  const move = (place: number) => setTyped((typed) => ({ ...typed, cursor: place }));
  const submit = () => {
    const typed = text.trim();
    if (typed === "") return;
    put("", 0);
    setPending((all) => [...all, typed]);
    void send(channel, thread, typed).finally(() =>
      setPending((all) => all.filter((_, index) => index !== all.indexOf(typed))),
    );
  };
  return { text, cursor, put, move, pending, submit };
}

function Note({ pending }: { pending: readonly string[] }) {
  return (
    <div className="composer-note" aria-live="polite">
      {pending.length > 0 ? (
        <>
          <span className="spinner" aria-hidden="true" /> Sending {pending.at(-1)!.slice(0, 60)}…
        </>
      ) : (
        <span className="composer-keys" aria-hidden="true">
          <b>Enter</b> to send · <b>Shift + Enter</b> for a new line · <b>/</b> for commands
        </span>
      )}
    </div>
  );
}

function useOffers(text: string, cursor: number): Offer[] {
  const commands = useLive((s) => s.app.commands);
  const people = useLive((s) => s.people);
  const channels = useLive((s) => s.channels);
  return offersFor(text, cursor, { commands, people, channels });
}

function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  }, [field, text]);
}

interface OffersProps {
  id: string;
  offers: Offer[];
  active: number;
  take: (offer: Offer) => void;
}

function Offers({ id, offers, active, take }: OffersProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div className="offers" role="listbox" id={id} aria-label="Suggestions" ref={list}>
      {offers.map((offer, index) => (
        <div
          key={offer.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="offer"
          onMouseDown={(event) => {
            // The field keeps the focus.
            event.preventDefault();
            take(offer);
          }}
        >
          <span className="offer-name">{offer.name}</span>
          <span className="offer-detail">{offer.detail}</span>
        </div>
      ))}
    </div>
  );
}
