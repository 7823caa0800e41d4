/** What all tasks have in common: what a pipeline takes and gives. */
package io.tesserae.pipelines.task;
