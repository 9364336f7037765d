/** Tables: data_table, which the renderer does not draw, and table, whose raw cells it reads as mrkdwn. */
import { type ReactNode, useMemo, useState } from "react";
import { type Block, type Cell, type RichPart, wordsOf } from "./kinds";
import { RichText } from "./Renderer";

const PAGE = 20;

export function DataTable({ block }: { block: Block }) {
  const [head = [], ...body] = block.rows ?? [];
  const [sort, setSort] = useState<{ column: number; down: boolean } | null>(null);
  const [page, setPage] = useState(0);
  const size = (block as { page_size?: number }).page_size ?? PAGE;
  const sorted = useMemo(() => sortRows(body, sort), [block, sort]);
  const pages = Math.max(1, Math.ceil(sorted.length / size));
  const shown = sorted.slice(page * size, (page + 1) * size);
  const named = block.row_header_column_index ?? 0;
  const turn = (column: number) => {
    setPage(0);
    setSort((now) => (now?.column !== column ? { column, down: false } : now.down ? null : { column, down: true }));
  };
  return (
    <div className="bk-table-box">
      <div className="bk-table-scroll" tabIndex={0} role="group" aria-label={`Table: ${wordsOf(block.caption)}`}>
        <table className="bk-table">
          <caption>{wordsOf(block.caption)}</caption>
          <thead>
            <tr>
              {head.map((cell, column) => (
                <th
                  key={column}
                  scope="col"
                  className={numberClass(body[0]?.[column])}
                  aria-sort={sort?.column === column ? (sort.down ? "descending" : "ascending") : "none"}
                >
                  <button type="button" className="bk-sort" onClick={() => turn(column)}>
                    <CellView cell={cell} />
                    <span aria-hidden="true">{sort?.column === column ? (sort.down ? "▼" : "▲") : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>{row.map((cell, column) => bodyCell(cell, column, column === named))}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div className="bk-pages">
          <button type="button" className="bk-button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Previous rows
          </button>
          <span aria-live="polite">
            Rows {page * size + 1}–{page * size + shown.length} of {sorted.length}
          </span>
          <button type="button" className="bk-button" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
            Next rows
          </button>
        </div>
      )}
    </div>
  );
}

function sortRows(rows: Cell[][], sort: { column: number; down: boolean } | null): Cell[][] {
  if (sort === null) return rows;
  const compare = (a: Cell[], b: Cell[]) => {
    const [one, other] = [a[sort.column], b[sort.column]];
    if (one?.value !== undefined && other?.value !== undefined) return one.value - other.value;
    return wordsOfCell(one).localeCompare(wordsOfCell(other), "en", { numeric: true });
  };
  return rows.toSorted((a, b) => (sort.down ? compare(b, a) : compare(a, b)));
}

function wordsOfCell(cell: Cell | undefined): string {
  const words = (part: RichPart): string => part.text ?? (part.elements ?? []).map(words).join("");
  return cell?.text ?? (cell?.elements ?? []).map(words).join("");
}

function numberClass(cell: Cell | undefined): string | undefined {
  return cell?.type === "raw_number" ? "is-number" : undefined;
}

function bodyCell(cell: Cell, column: number, isName: boolean): ReactNode {
  const className = numberClass(cell);
  return isName ? (
    <th key={column} scope="row" className={className}>
      <CellView cell={cell} />
    </th>
  ) : (
    <td key={column} className={className}>
      <CellView cell={cell} />
    </td>
  );
}

function CellView({ cell }: { cell: Cell }) {
  if (cell.type === "rich_text") return <RichText parts={cell.elements ?? []} />;
  return <>{cell.text ?? (cell.value === undefined ? "" : String(cell.value))}</>;
}

export function SimpleTable({ block }: { block: Block }) {
  const [head = [], ...body] = block.rows ?? [];
  const settings = (block as { column_settings?: ({ align?: string; is_wrapped?: boolean } | null)[] }).column_settings;
  const styleOf = (column: number) => ({
    textAlign: (settings?.[column]?.align ?? "left") as "left" | "center" | "right",
    whiteSpace: settings?.[column]?.is_wrapped ? ("normal" as const) : undefined,
  });
  return (
    <div className="bk-table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table className="bk-table">
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" style={styleOf(column)}>
                <CellView cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} style={styleOf(column)}>
                  <CellView cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
