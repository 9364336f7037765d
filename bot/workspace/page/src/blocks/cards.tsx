/** Blocks that hold other parts: card, carousel and container. */
import { useState } from "react";
import { LooseElement } from "../elements/ElementView";
import { BlockView } from "./BlockView";
import type { Block, Text } from "./kinds";
import { PictureView } from "./PictureView";
import { RichText } from "./Renderer";
import { TextView } from "./TextView";

export function Card({ block }: { block: Block }) {
  return (
    <div className="bk-card">
      {block.hero_image && <PictureView picture={block.hero_image} isLarge />}
      <div className="bk-card-head">
        {block.icon && <PictureView picture={block.icon} isSmall />}
        <div>
          {block.title && <TextView text={block.title as Text} className="bk-card-title" />}
          {block.subtitle && <TextView text={block.subtitle} className="bk-hint" />}
        </div>
      </div>
      {block.body && <TextView text={block.body} />}
      {block.actions && (
        <div className="bk-actions">
          {block.actions.map((element, index) => (
            <LooseElement key={element.action_id ?? index} element={element} blockId={block.block_id} />
          ))}
        </div>
      )}
    </div>
  );
}

export function Carousel({ block }: { block: Block }) {
  return (
    <div className="bk-carousel" tabIndex={0} role="group" aria-label="Cards, scroll sideways">
      {(block.elements ?? []).map((card, index) => (
        <Card key={index} block={{ ...card, block_id: card.block_id ?? block.block_id } as Block} />
      ))}
    </div>
  );
}

export function Container({ block }: { block: Block }) {
  const [isOpen, setOpen] = useState(block.default_collapsed !== true);
  const title = block.rich_text_title ? (
    <RichText parts={block.rich_text_title.elements} className="bk-card-title" />
  ) : (
    block.title && <TextView text={block.title as Text} className="bk-card-title" />
  );
  const children = (block.child_blocks ?? []).map((child, index) => <BlockView key={index} block={child} />);
  if (!block.is_collapsible) {
    return (
      <div className="bk-card">
        {title}
        {children}
      </div>
    );
  }
  return (
    <details className="bk-card" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title ?? "Details"}</summary>
      {block.subtitle && <TextView text={block.subtitle} className="bk-hint" />}
      {isOpen && children}
    </details>
  );
}
