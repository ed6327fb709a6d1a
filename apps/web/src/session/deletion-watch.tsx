'use client'
/** On every page, because a tab may keep what was typed long after its list was left. */

import { useEffect } from 'react'
import { forgetTypedText, onDeletion } from './deletion.js'

export function DeletionWatch() {
  useEffect(() => onDeletion(forgetTypedText), [])
  return null
}
