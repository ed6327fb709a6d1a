// Grey bars in the place of what is still coming; drawn only when it takes longer than 150 ms.

export interface SkeletonProps {
  /** Read out in place of the bars. */
  readonly label: string
  readonly rows?: number
}

export function Skeleton({ label, rows = 6 }: SkeletonProps) {
  return (
    <div role="status" className="animate-late">
      <span className="sr-only">{label}</span>
      <ul aria-hidden="true">
        {Array.from({ length: rows }, (_, row) => (
          // The bars never move or change, so their place is their identity.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={row} className="flex h-12 items-center gap-3 border-line border-b">
            <span className="size-5 rounded-sm bg-wash" />
            <span className={`h-3.5 rounded-sm bg-wash ${widths[row % widths.length]}`} />
          </li>
        ))}
      </ul>
    </div>
  )
}

const widths = ['w-1/2', 'w-2/3', 'w-2/5', 'w-3/5']
