/** Grey bars in the place of what is still coming; drawn only when it takes longer than 150 ms. */

export interface SkeletonProps {
  /** Read out in place of the bars. */
  readonly label: string
}

export function Skeleton({ label }: SkeletonProps) {
  return (
    <div role="status" className="animate-late">
      <span className="sr-only">{label}</span>
      <ul aria-hidden="true">
        {widths.map((width) => (
          <li
            key={width}
            className="flex h-12 items-center gap-4 border-line border-b pl-1 first:border-t"
          >
            <span className="size-5 rounded-sm bg-line opacity-70" />
            <span className={`h-3.5 rounded-sm bg-line opacity-70 ${width}`} />
          </li>
        ))}
      </ul>
    </div>
  )
}

const widths = ['w-1/2', 'w-2/3', 'w-2/5', 'w-3/5', 'w-1/3', 'w-5/12']
