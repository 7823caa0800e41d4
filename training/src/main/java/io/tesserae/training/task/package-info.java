/** What can be trained: each task with its data, its network, its loss and its metrics. */
package io.tesserae.training.task;
