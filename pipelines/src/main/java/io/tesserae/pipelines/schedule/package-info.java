/** How inputs become batches, and batches answers. Not exported. */
package io.tesserae.pipelines.schedule;
