/** DistilBERT: see the family itself. */
package io.tesserae.family.distilbert;
