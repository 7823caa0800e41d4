/** What pictures and pages are made with: pixels, colours, letters, files. It knows nothing of attention. */
package io.tesserae.pipelines.drawing;
