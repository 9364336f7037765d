/** The markdown block. The renderer would ask other hosts for images: they become words. */
import { useMemo } from "react";
import type { Block } from "./kinds";
import { Rendered } from "./Renderer";

export function MarkdownView({ text }: { text: string }) {
  const block = useMemo(() => ({ type: "markdown", text: withoutImages(text) }) as unknown as Block, [text]);
  return (
    <div className="bk-markdown">
      <Rendered block={block} />
    </div>
  );
}

function withoutImages(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "(image, not loaded: $1)")
    .replace(/!\[([^\]]*)\]\[[^\]]*\]/g, "(image, not loaded: $1)")
    .replace(/!\[/g, "\\![");
}
