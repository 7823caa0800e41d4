/** Tasks that are answered in words of the model's own: texts continued, pictures described, questions about pictures answered. */
package io.tesserae.pipelines.generation;
