/** Pictures: uploaded ones are shown, those of other hosts are named, because the page asks no other host for anything. */
import { useEffect, useState } from "react";
import { fileAddress } from "../live/control";
import type { Picture } from "./kinds";
import { plainWords } from "./TextView";

interface Props {
  picture: Picture;
  isSmall?: boolean;
  isLarge?: boolean;
}

/** The address of an uploaded picture; null while it is fetched, undefined when it is not to be had. */
export function useFile(id: string | undefined, type: string): string | null | undefined {
  const [address, setAddress] = useState<string | null | undefined>(null);
  useEffect(() => {
    let isCurrent = true;
    if (id === undefined) return setAddress(undefined);
    fileAddress(id, type).then(
      (found) => isCurrent && setAddress(found),
      () => isCurrent && setAddress(undefined),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, type]);
  return address;
}

export function PictureView({ picture, isSmall = false, isLarge = false }: Props) {
  const id = picture.slack_file?.id ?? /\/files\/(\w+)/.exec(picture.slack_file?.url ?? "")?.[1];
  const uploaded = useFile(id, "image/png");
  const address = isOwn(picture.image_url) ? picture.image_url : uploaded;
  const alt = picture.alt_text ?? "";
  const size = isSmall ? " is-small" : isLarge ? " is-large" : "";
  return (
    <figure className={`bk-picture${size}`}>
      {picture.title && <figcaption>{plainWords(picture.title)}</figcaption>}
      {address ? (
        <img src={address} alt={alt} />
      ) : (
        <NamedPicture alt={alt} host={hostOf(picture.image_url)} isSmall={isSmall} />
      )}
    </figure>
  );
}

function NamedPicture({ alt, host, isSmall }: { alt: string; host: string; isSmall: boolean }) {
  const why = host === "" ? "not to be had" : `on ${host}, not loaded`;
  return (
    <span className="bk-picture-named" role="img" aria-label={`Image: ${alt}`} title={`An image ${why}: ${alt}`}>
      <span aria-hidden="true">🖼{isSmall ? "" : ` ${alt}`}</span>
      {!isSmall && <small aria-hidden="true">An image {why}</small>}
    </span>
  );
}

function isOwn(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address.startsWith("data:image/") || address.startsWith(`${location.origin}/`);
}

function hostOf(address: string | undefined): string {
  try {
    return address === undefined ? "" : new URL(address).host;
  } catch {
    return "";
  }
}
