/** What happens to what a person typed: a command is delivered to the app, anything else is said. */
import { control } from "../live/control";
import { change, complaintOf, notify, read } from "../live/store";

/** Send what was typed; what goes wrong is said where only this person sees it. */
export async function send(channel: string, thread: string | null, typed: string): Promise<void> {
  const { me } = read();
  const where = conversation(channel, thread);
  change((s) => ({ ...s, sent: { ...s.sent, [where]: (s.sent[where] ?? 0) + 1 } }));
  const text = typed.trim();
  try {
    if (!text.startsWith("/")) {
      await control.say(me, channel, text, thread);
      return;
    }
    const [name = "", ...words] = text.split(/\s+/);
    const rest = text.slice(name.length).trim();
    const answer = await control.command(me, channel, name, words.length > 0 ? rest : "", thread);
    const complaint = complaintOf(answer);
    if (complaint !== null) notify(channel, thread, complaint);
  } catch (error) {
    notify(channel, thread, error instanceof Error ? error.message : String(error));
  }
}

/** The key of a conversation or of one thread in it. */
export function conversation(channel: string, thread: string | null): string {
  return `${channel}/${thread ?? ""}`;
}

/** What was typed and not sent, by conversation. */
export const drafts = new Map<string, string>();
