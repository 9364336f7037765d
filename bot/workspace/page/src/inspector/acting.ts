/** Acts of the inspector: what is under way, and what the workspace refused. */
import { useState } from "react";

export function useActing(): { isBusy: boolean; refusal: string | null; act: (work: () => Promise<unknown>) => void } {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const act = (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal(null);
    work()
      .catch((error: Error) => setRefusal(error.message))
      .finally(() => setBusy(false));
  };
  return { isBusy, refusal, act };
}
