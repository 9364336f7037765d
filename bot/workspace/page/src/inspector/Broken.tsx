/** The rules of Slack that the app broke. */
import { useLive } from "../live/store";
import { exactTime } from "../words/dates";
import { useDirectory } from "../words/directory";

export function Broken() {
  const broken = useLive((s) => s.broken);
  const { zone } = useDirectory();
  if (broken.length === 0) {
    return (
      <p className="inspector-empty">
        <span className="all-well" aria-hidden="true">
          ✔
        </span>{" "}
        No rule of Slack was broken so far. Limits, timing, scopes, membership and block structure are all checked.
      </p>
    );
  }
  return (
    <ul className="broken">
      {broken.toReversed().map((rule) => (
        <li key={rule.id}>
          <div className="broken-head">
            <code>{rule.rule}</code>
            <span>
              in <code>{rule.where}</code>
            </span>
            <time dateTime={new Date(rule.at * 1000).toISOString()}>{exactTime(rule.at, zone)}</time>
          </div>
          <div>{rule.detail}</div>
        </li>
      ))}
    </ul>
  );
}
