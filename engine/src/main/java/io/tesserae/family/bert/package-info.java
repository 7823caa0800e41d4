/** BERT: see the family itself. */
package io.tesserae.family.bert;
