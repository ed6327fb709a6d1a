/** A key of the keyboard. */

export function Kbd({ children }: { readonly children: string }) {
  return (
    <kbd className="inline-flex h-6 min-w-6 items-center justify-center rounded-sm border border-line bg-paper px-1.5 font-mono text-12">
      {children}
    </kbd>
  )
}
