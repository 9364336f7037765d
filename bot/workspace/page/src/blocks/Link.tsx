/** Links that leave the page, in a tab of their own; an address of another kind than web or mail stays text. */
import type { ReactNode } from "react";

export function isWebAddress(href: string): boolean {
  return /^(https?|mailto|tel):/i.test(href.trim());
}

export function Link({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  if (!isWebAddress(href)) return <span className="refused-link">{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={className}>
      {children}
    </a>
  );
}
