/**
 * {@code tesserae run}: one class a task, which has the options of that task. {@link io.tesserae.cli.task.TaskOptions} are those of all
 * tasks, a {@link io.tesserae.cli.task.TaskRun} is what a task works with, and {@link io.tesserae.cli.run.Tasks} lists them.
 */
package io.tesserae.cli.run;
