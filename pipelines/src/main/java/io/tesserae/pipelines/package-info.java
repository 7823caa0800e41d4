/** Placeholder. */
package io.tesserae.pipelines;
