/** An input block: a label, a control, a hint and what is wrong. */
import { useId } from "react";
import { ElementView, isGroup } from "../elements/ElementView";
import type { Block } from "./kinds";
import { useSurface } from "./surface";
import { plainWords } from "./TextView";

export function InputBlock({ block }: { block: Block }) {
  const { errors } = useSurface();
  const id = useId();
  const { element, block_id } = block;
  if (element === undefined) return null;
  const error = errors[block_id ?? ""];
  const hint = plainWords(block.hint);
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const label = (
    <>
      {plainWords(block.label)}
      {block.optional && <span className="bk-optional"> (optional)</span>}
    </>
  );
  const control = (
    <ElementView
      element={element}
      blockId={block_id}
      id={id}
      tells={block.dispatch_action === true}
      describedBy={described || undefined}
    />
  );
  const notes = (
    <>
      {error && (
        <div className="bk-error" id={`${id}-error`}>
          <span aria-hidden="true">⚠ </span>
          {error}
        </div>
      )}
      {hint && (
        <div className="bk-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </>
  );
  const className = `bk-field${error ? " has-error" : ""}`;
  if (isGroup(element)) {
    return (
      <fieldset className={`bk-fieldset ${className}`} aria-describedby={described || undefined} data-field={block_id}>
        <legend className="bk-label">{label}</legend>
        {control}
        {notes}
      </fieldset>
    );
  }
  return (
    <div className={className} data-field={block_id}>
      <label className="bk-label" htmlFor={id}>
        {label}
      </label>
      {control}
      {notes}
    </div>
  );
}
