/**
 * What all tasks of {@code tesserae run} have in common: {@link io.tesserae.cli.task.TaskOptions} are their options, a {@link
 * io.tesserae.cli.task.TaskRun} is what a task works with, and {@link io.tesserae.cli.task.EveryInput} is the way of most.
 */
package io.tesserae.cli.task;
