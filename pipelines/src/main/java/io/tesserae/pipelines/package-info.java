/** Tasks, as transformers' pipelines do them: a model, its tokenizer, and what comes before and after. API. */
package io.tesserae.pipelines;
