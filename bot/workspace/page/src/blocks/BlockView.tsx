/** One block: drawn by the renderer, by our own parts where it draws wrongly, or shown plainly as unknown. */
import { Component, memo, type ReactNode, useRef } from "react";
import { LooseElement } from "../elements/ElementView";
import { Card, Carousel, Container } from "./cards";
import { ChartView } from "./ChartView";
import { DataTable, SimpleTable } from "./DataTable";
import { InputBlock } from "./InputBlock";
import { type Block, type RichPart, type Text, wordsOf } from "./kinds";
import { useKeptFocus } from "./keptFocus";
import { MarkdownView } from "./MarkdownView";
import { PictureView } from "./PictureView";
import { Rendered, RichText } from "./Renderer";
import { TextView } from "./TextView";

type Drawing = (block: Block) => ReactNode;

const DRAWINGS: Record<string, Drawing> = {
  section: (block) => <Section block={block} />,
  header: (block) => <Header block={block} />,
  context: (block) => <Context block={block} />,
  actions: (block) => <Actions block={block} />,
  context_actions: (block) => <Actions block={block} />,
  input: (block) => <InputBlock block={block} />,
  image: (block) => <PictureView picture={block as never} isLarge />,
  rich_text: (block) => <RichText parts={(block.elements ?? []) as RichPart[]} className="bk-rich" />,
  data_visualization: (block) => <ChartView block={block} />,
  data_table: (block) => <DataTable block={block} />,
  table: (block) => <SimpleTable block={block} />,
  markdown: (block) => <MarkdownView text={wordsOf(block.text)} />,
  alert: (block) => <Alert block={block} />,
  card: (block) => <Card block={block} />,
  carousel: (block) => <Carousel block={block} />,
  container: (block) => <Container block={block} />,
  divider: () => <hr className="bk-divider" />,
  plan: (block) => <Rendered block={block} />,
  task_card: (block) => <Rendered block={block} />,
};

export const Blocks = memo(function Blocks({ blocks }: { blocks: readonly Block[] }) {
  const root = useRef<HTMLDivElement>(null);
  useKeptFocus(root, blocks);
  return (
    <div className="blocks" ref={root} tabIndex={-1}>
      {blocks.map((block, index) => (
        <BlockView key={block.block_id ?? index} block={block} />
      ))}
    </div>
  );
});

export const BlockView = memo(function BlockView({ block }: { block: Block }) {
  const draw = DRAWINGS[block.type];
  return (
    <Guard block={block}>
      <div className="block" data-block={block.type}>
        {draw === undefined ? <Undrawable block={block} why="unknown" /> : <Drawn draw={draw} block={block} />}
      </div>
    </Guard>
  );
});

/** Calls the drawing where the guard around it catches what it throws. */
function Drawn({ draw, block }: { draw: Drawing; block: Block }) {
  return draw(block);
}

class Guard extends Component<{ block: Block; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: { block: Block }) {
    if (this.state.failed && before.block !== this.props.block) this.setState({ failed: false });
  }

  override render() {
    return this.state.failed ? <Undrawable block={this.props.block} why="failing" /> : this.props.children;
  }
}

function Undrawable({ block, why }: { block: Block; why: "unknown" | "failing" }) {
  return (
    <div className="undrawable" role="note" data-block={block.type}>
      <div>
        A block of type <code>{String(block.type)}</code> that this page cannot draw
        {why === "failing" ? ": drawing it failed." : "."}
      </div>
      <details>
        <summary>Show its JSON</summary>
        <pre tabIndex={0}>{JSON.stringify(block, null, 2)}</pre>
      </details>
    </div>
  );
}

function Section({ block }: { block: Block }) {
  const { accessory } = block;
  const isPicture = accessory?.type === "image";
  const isWide = accessory !== undefined && /^(checkboxes|radio_buttons|multi_)/.test(accessory.type);
  return (
    <div className={`bk-section${isWide ? " is-wide" : ""}`}>
      <div className="bk-section-text">
        {block.text && <TextView text={block.text as Text} />}
        {block.fields && (
          <div className="bk-fields">
            {block.fields.map((field, index) => (
              <TextView key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className="bk-accessory">
          {isPicture ? (
            <PictureView picture={accessory} />
          ) : (
            <LooseElement element={accessory} blockId={block.block_id} />
          )}
        </div>
      )}
    </div>
  );
}

// A message is an item of a list under the heading of its conversation: its own headers start one level below that.
function Header({ block }: { block: Block }) {
  const level = Math.min(4, Math.max(1, Number(block.level ?? 3)));
  const Tag = (["h3", "h3", "h3", "h4"] as const)[level - 1]!;
  return (
    <Tag className={`bk-header is-level-${level}`}>
      <TextView text={block.text as Text} />
    </Tag>
  );
}

function Context({ block }: { block: Block }) {
  return (
    <div className="bk-context">
      {(block.elements ?? []).map((element, index) =>
        element.type === "image" ? (
          <PictureView key={index} picture={element} isSmall />
        ) : (
          <TextView key={index} text={element as unknown as Text} />
        ),
      )}
    </div>
  );
}

function Actions({ block }: { block: Block }) {
  return (
    <div className="bk-actions">
      {(block.elements ?? []).map((element, index) => (
        <LooseElement key={element.action_id ?? index} element={element} blockId={block.block_id} />
      ))}
    </div>
  );
}

const ALERTS: Record<string, [string, string]> = {
  default: ["Note", "ℹ"],
  info: ["Information", "ℹ"],
  warning: ["Warning", "⚠"],
  error: ["Error", "✖"],
  success: ["Success", "✔"],
};

function Alert({ block }: { block: Block }) {
  const level = String(block.level ?? "default");
  const [name, sign] = ALERTS[level] ?? ALERTS.default!;
  return (
    <div className={`bk-alert is-${level}`} role="note">
      <span aria-hidden="true" className="bk-alert-sign">
        {sign}
      </span>
      <span className="visually-hidden">{name}: </span>
      <TextView text={block.text as Text} />
    </div>
  );
}
