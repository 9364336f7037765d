/** Elements in which one chooses: selects, checkboxes, radio buttons and the overflow menu. */
import { useMemo } from "react";
import type { Element, Option, Value } from "../blocks/kinds";
import { isWebAddress } from "../blocks/Link";
import { type Standing, useSurface, useValue } from "../blocks/surface";
import { plainWords, TextView } from "../blocks/TextView";
import { optionsOf } from "../blocks/values";
import { channelName, type Directory, isDirect, useDirectory } from "../words/directory";
import { Menu } from "./Menu";

interface Choice {
  value: string;
  text: string;
}

function peopleOf(directory: Directory): Choice[] {
  return [...directory.people.values()].map((p) => ({ value: p.id, text: p.real_name || p.name }));
}

function channelsOf(directory: Directory, element: Element): Choice[] {
  const onlyPublic = element.type.endsWith("channels_select");
  return [...directory.channels.values()]
    .filter((c) => !c.is_archived && (onlyPublic ? c.kind === "public" : true))
    .map((c) => ({ value: c.id, text: `${isDirect(c) ? "" : "#"}${channelName(directory, c.id)}` }));
}

/** What a select offers, in groups; the name of a lone group is empty. */
function useOffer(element: Element): { name: string; choices: Choice[] }[] {
  const directory = useDirectory();
  return useMemo(() => {
    const asChoices = (options: Option[]) => options.map((o) => ({ value: o.value ?? "", text: plainWords(o.text) }));
    if (element.type.endsWith("users_select")) return [{ name: "", choices: peopleOf(directory) }];
    if (/(channels|conversations)_select$/.test(element.type)) {
      return [{ name: "", choices: channelsOf(directory, element) }];
    }
    if (element.option_groups) {
      return element.option_groups.map((g) => ({ name: plainWords(g.label), choices: asChoices(g.options) }));
    }
    return [{ name: "", choices: asChoices(element.options ?? []) }];
  }, [element, directory]);
}

export function Select(standing: Standing) {
  const { element, id, label, describedBy } = standing;
  const [value, change] = useValue(standing);
  const offer = useOffer(element);
  const words = plainWords(element.placeholder) || "Choose an option";
  const options = (choices: Choice[]) =>
    choices.map((c) => (
      <option key={c.value} value={c.value}>
        {c.text}
      </option>
    ));
  return (
    <select
      id={id}
      className="bk-select"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={describedBy?.includes("error") || undefined}
      data-focus={element.focus_on_load || undefined}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => change(event.target.value === "" ? null : event.target.value)}
    >
      <option value="">{words}</option>
      {offer.map((group) =>
        group.name === "" ? (
          options(group.choices)
        ) : (
          <optgroup key={group.name} label={group.name}>
            {options(group.choices)}
          </optgroup>
        ),
      )}
    </select>
  );
}

function asList(value: Value): string[] {
  return Array.isArray(value) ? value : [];
}

/** Several of many: a list of checkboxes, which a keyboard and a screen reader know. */
export function MultiSelect(standing: Standing) {
  const { element, id } = standing;
  const [value, change] = useValue(standing);
  const chosen = asList(value);
  const isFull = element.max_selected_items !== undefined && chosen.length >= element.max_selected_items;
  return (
    <div className="bk-multi" id={id} tabIndex={-1}>
      {useOffer(element).map((group) => (
        <div key={group.name}>
          {group.name && <div className="bk-group-name">{group.name}</div>}
          {group.choices.map((choice) => (
            <label key={choice.value} className="bk-choice">
              <input
                type="checkbox"
                checked={chosen.includes(choice.value)}
                disabled={isFull && !chosen.includes(choice.value)}
                onChange={() => change(toggled(chosen, choice.value))}
              />
              <span>{choice.text}</span>
            </label>
          ))}
        </div>
      ))}
      {element.max_selected_items !== undefined && <div className="bk-hint">At most {element.max_selected_items}.</div>}
    </div>
  );
}

function toggled(chosen: string[], value: string): string[] {
  return chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
}

export function Checkboxes(standing: Standing) {
  const { element, id } = standing;
  const [value, change] = useValue(standing);
  const chosen = asList(value);
  return (
    <div className="bk-choices" id={id} tabIndex={-1}>
      {optionsOf(element).map((option) => (
        <label key={option.value} className="bk-choice">
          <input
            type="checkbox"
            checked={chosen.includes(option.value ?? "")}
            onChange={() => change(toggled(chosen, option.value ?? ""))}
          />
          <OptionText option={option} />
        </label>
      ))}
    </div>
  );
}

export function RadioButtons(standing: Standing) {
  const { element, id } = standing;
  const [value, change] = useValue(standing);
  return (
    <div className="bk-choices" id={id} tabIndex={-1}>
      {optionsOf(element).map((option) => (
        <label key={option.value} className="bk-choice">
          <input
            type="radio"
            name={id}
            checked={value === option.value}
            onChange={() => change(option.value ?? null)}
          />
          <OptionText option={option} />
        </label>
      ))}
    </div>
  );
}

function OptionText({ option }: { option: Option }) {
  return (
    <div>
      <TextView text={option.text} />
      {option.description && <TextView text={option.description} className="bk-hint" />}
    </div>
  );
}

export function Overflow({ element, blockId, label }: Standing) {
  const { press } = useSurface();
  const items = optionsOf(element).map((option) => ({
    key: option.value ?? option.text.text,
    text: plainWords(option.text),
    detail: option.description && plainWords(option.description),
    run: () => {
      if (option.url && isWebAddress(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
      void press(element, blockId, option.value ?? null);
    },
  }));
  return (
    <Menu label={element.accessibility_label ?? label ?? "More options"} className="bk-button is-icon" items={items}>
      <span aria-hidden="true">⋯</span>
    </Menu>
  );
}
