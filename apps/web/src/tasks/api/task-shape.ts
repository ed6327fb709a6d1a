/**
 * Whether something is a task: what the API answered may have come from something in between, and what was kept in
 * this tab
 * from an earlier version of the page. A value that nobody can show would break every visit.
 */

import {
  priorities,
  type Task,
  type TaskChanges,
  type TaskCounts,
  type TaskFields,
  type TaskPage,
} from './task.js'

type Check = (value: unknown) => boolean

const fieldChecks = {
  title: isString,
  notes: isString,
  priority: (value) => priorities.some((priority) => priority === value),
  dueOn: (value) => value === null || isDay(value),
} satisfies Readonly<Record<keyof TaskFields, Check>>

const changeChecks: Readonly<Record<keyof TaskChanges, Check>> = {
  ...fieldChecks,
  completed: isBoolean,
}

const taskChecks: Readonly<Record<keyof Task, Check>> = {
  ...fieldChecks,
  id: isString,
  userId: isString,
  completed: isBoolean,
  completedAt: (value) => value === null || isMoment(value),
  createdAt: isMoment,
  updatedAt: isMoment,
  deletedAt: (value) => value === null || isMoment(value),
  version: (value) => Number.isInteger(value),
}

export function isTask(value: unknown): value is Task {
  return hasAll(value, taskChecks)
}

export function isTaskPage(value: unknown): value is TaskPage {
  const tasks = readField(value, 'tasks')
  const cursor = readField(value, 'nextCursor')
  return Array.isArray(tasks) && tasks.every(isTask) && (cursor === null || isString(cursor))
}

export function isTaskCounts(value: unknown): value is TaskCounts {
  return isCount(readField(value, 'open')) && isCount(readField(value, 'today'))
}

export function isTaskFields(value: unknown): value is TaskFields {
  return hasAll(value, fieldChecks)
}

export function isTaskChanges(value: unknown): value is TaskChanges {
  if (typeof value !== 'object' || value === null) return false
  const checks = new Map(Object.entries(changeChecks))
  // The API would refuse a name that it does not know.
  return Object.entries(value).every(([name, field]) => checks.get(name)?.(field) === true)
}

/** An ISO moment, as far as showing it needs. */
export function isMoment(value: unknown): value is string {
  return isString(value) && !Number.isNaN(Date.parse(value))
}

/** Undefined also where there is nothing to read from. */
export function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function hasAll(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return Object.entries(checks).every(([name, check]) => check(readField(value, name)))
}

function isDay(value: unknown): boolean {
  return isString(value) && /^\d{4}-\d{2}-\d{2}$/.test(value) && isMoment(`${value}T12:00:00Z`)
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
