/** Files of a message: pictures are shown, others named with a way to keep them. */
import { useFile } from "../blocks/PictureView";
import { Icon } from "../frame/icons";
import type { SharedFile } from "../protocol";

export function Files({ files }: { files: readonly SharedFile[] }) {
  return (
    <div className="files">
      {files.map((file) =>
        file.mimetype?.startsWith("image/") ? (
          <ImageFile key={file.id} file={file} />
        ) : (
          <OtherFile key={file.id} file={file} />
        ),
      )}
    </div>
  );
}

function ImageFile({ file }: { file: SharedFile }) {
  const address = useFile(file.id, file.mimetype ?? "image/png");
  const name = file.title || file.name || file.id;
  return (
    <figure className="file-image">
      <figcaption>{name}</figcaption>
      {address ? (
        <a href={address} download={file.name} aria-label={`Save ${name}`}>
          <img src={address} alt={file.alt_txt || name} />
        </a>
      ) : (
        <span className="bk-hint">{address === null ? "Loading…" : `${name} is not to be had.`}</span>
      )}
    </figure>
  );
}

function OtherFile({ file }: { file: SharedFile }) {
  const address = useFile(file.id, file.mimetype || "application/octet-stream");
  const name = file.title || file.name || file.id;
  return (
    <div className="file">
      <Icon name="file" size={28} />
      <div>
        <div className="file-name">
          {address ? (
            <a href={address} download={file.name}>
              {name}
            </a>
          ) : (
            name
          )}
        </div>
        <div className="bk-hint">
          {file.mimetype || "being scanned"} · {sizeOf(file.size ?? 0)}
        </div>
      </div>
    </div>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
