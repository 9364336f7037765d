/** `text` in words: what a notification shows and a screen reader says of a message. */
import type { RichPart } from "../blocks/kinds";
import { slackDate } from "./dates";
import { channelName, type Directory, groupName, personName } from "./directory";
import { emojiOf } from "./emoji";
import { parseMrkdwn } from "./mrkdwn";

/** The words of mrkdwn: mentions by name, dates in the reader's zone, links by label; line breaks stay. */
export function wordsOfMrkdwn(text: string, directory: Directory): string {
  return parseMrkdwn(text, true)
    .map((part) => (part.elements ?? []).map((leaf) => wordsOfLeaf(leaf, directory)).join(""))
    .join("\n");
}

function wordsOfLeaf(leaf: RichPart, directory: Directory): string {
  switch (leaf.type) {
    case "user":
      return `@${personName(directory, leaf.user_id ?? "")}`;
    case "channel":
      return `#${channelName(directory, leaf.channel_id ?? "")}`;
    case "usergroup":
      return `@${groupName(directory, leaf.usergroup_id ?? "")}`;
    case "broadcast":
      return `@${leaf.range}`;
    case "date":
      return slackDate(
        leaf.timestamp ?? Number.NaN,
        leaf.format ?? "",
        leaf.fallback ?? "",
        directory.now(),
        directory.zone,
      );
    case "emoji":
      return emojiOf(leaf.name ?? "");
    default:
      return leaf.text ?? leaf.url ?? "";
  }
}
