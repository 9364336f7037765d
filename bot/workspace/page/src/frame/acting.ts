/** Whom the page acts as: named in the address, so that two windows can be two people. */
import { useCallback, useEffect, useState } from "react";
import { control } from "../live/control";
import { line } from "../live/socket";
import type { Person } from "../protocol";
import { addressed, putInAddress } from "./navigation";

const AGAIN_MS = 1_000;

/** Connects as the person of the address, else as the first; `choose` changes over to another. */
export function useActing(): { choose: (person: Person) => void; isUnreachable: boolean } {
  const [isUnreachable, setUnreachable] = useState(false);
  useEffect(() => {
    let timer: number | undefined;
    const begin = async () => {
      try {
        const people = (await control.people()).filter((p) => !p.is_bot);
        const wanted = addressed("as");
        const who = people.find((p) => p.name === wanted || p.id === wanted) ?? people[0];
        if (who === undefined) return;
        putInAddress({ as: who.name });
        // The page was loaded anew, so what only this person saw is gone, as in Slack.
        await control.reload(who.id);
        setUnreachable(false);
        line.watch(who.id);
      } catch {
        setUnreachable(true);
        timer = window.setTimeout(() => void begin(), AGAIN_MS);
      }
    };
    void begin();
    return () => window.clearTimeout(timer);
  }, []);
  const choose = useCallback((person: Person) => {
    putInAddress({ as: person.name });
    line.watch(person.id);
  }, []);
  return { choose, isUnreachable };
}
