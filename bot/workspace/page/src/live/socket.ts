/** The live connection: opened for one person, and opened again with growing pauses when it is lost. */
import type { Frame } from "../protocol";
import { control, RefusedError, token } from "./control";
import { applyFrame, EMPTY } from "./state";
import { change } from "./store";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

class Line {
  private socket: WebSocket | null = null;
  private timer: number | undefined;
  private wait = FIRST_WAIT;
  private person = "";

  /** Watch the workspace as this person; what was known of another person's screen is forgotten. */
  watch(person: string): void {
    this.person = person;
    change((s) => ({ ...EMPTY, notices: s.me === person ? s.notices : [] }));
    this.open();
  }

  open(): void {
    window.clearTimeout(this.timer);
    this.socket?.close();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${location.host}/control/live?person=${encodeURIComponent(this.person)}`;
    const socket = new WebSocket(url, ["t12.control", token]);
    this.socket = socket;
    let isWhole = true;
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket !== this.socket) return;
      const frame = JSON.parse(event.data) as Frame;
      const first = isWhole;
      isWhole = false;
      this.wait = FIRST_WAIT;
      change((s) => applyFrame({ ...s, link: "open", retryAt: null }, frame, first));
    };
    socket.onclose = () => {
      if (socket === this.socket) void this.lose();
    };
  }

  private async lose(): Promise<void> {
    this.socket = null;
    change((s) => ({ ...s, link: "lost", retryAt: Date.now() + this.wait }));
    this.timer = window.setTimeout(() => void this.retry(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Try again at once. A workspace that was started anew has another token: the page is loaded anew. */
  async retry(): Promise<void> {
    window.clearTimeout(this.timer);
    try {
      await control.people();
    } catch (error) {
      if (error instanceof RefusedError && error.status === 401) location.reload();
      else void this.lose();
      return;
    }
    this.open();
  }
}

export const line = new Line();
