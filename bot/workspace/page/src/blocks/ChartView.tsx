/** Charts, drawn by the renderer, with their figures in words and without labels that lie on top of each other. */
import { useEffect, useId, useRef } from "react";
import type { Block, Chart } from "./kinds";
import { wordsOf } from "./kinds";
import { Rendered } from "./Renderer";

const GAP = 8;

export function ChartView({ block }: { block: Block }) {
  const id = useId();
  const root = useRef<HTMLElement>(null);
  const { chart } = block;
  useEffect(() => {
    const place = root.current;
    if (place === null) return;
    const thin = () => thinLabels(place);
    const watcher = new MutationObserver(thin);
    watcher.observe(place, { childList: true, subtree: true });
    thin();
    return () => watcher.disconnect();
  }, [block]);
  if (chart === undefined) return null;
  return (
    <figure className="bk-chart" ref={root} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        Chart: {wordsOf(block.title)}
      </figcaption>
      <Rendered block={block} />
      <Figures title={wordsOf(block.title)} chart={chart} />
    </figure>
  );
}

/** Hides every label of the horizontal axis that would touch the one before it; the renderer writes all of them. */
function thinLabels(place: HTMLElement): void {
  for (const svg of place.querySelectorAll("svg[role=img]")) {
    const labels = [...svg.querySelectorAll<SVGTextElement>('text[text-anchor="middle"][font-size="11"]')];
    let end = Number.NEGATIVE_INFINITY;
    for (const label of labels) {
      const box = label.getBBox();
      const fits = box.x >= end + GAP;
      label.style.visibility = fits ? "visible" : "hidden";
      if (fits) end = box.x + box.width;
    }
  }
}

function Figures({ title, chart }: { title: string; chart: Chart }) {
  const series = chart.type === "pie" ? [{ name: "Value", data: chart.segments ?? [] }] : (chart.series ?? []);
  const labels = chart.axis_config?.categories ?? (series[0]?.data ?? []).map((point) => point.label);
  return (
    <div className="visually-hidden">
      <table>
        <caption>{title}, in figures</caption>
        <thead>
          <tr>
            <th scope="col">{chart.axis_config?.x_label ?? "Label"}</th>
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {series.map((one) => (
                <td key={one.name}>{(one.data.find((p) => p.label === label) ?? one.data[index])?.value ?? "none"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
