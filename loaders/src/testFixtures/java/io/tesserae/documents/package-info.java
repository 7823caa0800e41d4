/** The pages of the documentation as tests read them. */
package io.tesserae.documents;
