package io.tesserae.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CommandDocumentsTest {

    @Test
    void proseFlowsColumnsAreAListAndExamplesStay() {
        assertEquals("""
                // tag
                // end

                // tag
                == Options

                *--quiet*::
                  Say nothing.

                == Footer

                A model is a folder
                or a name.

                *HF_HOME, HF_HUB_CACHE*::
                  where the cache is

                *HF_TOKEN*::
                  for private models

                *Examples*

                  tesserae run ner \\
                      "Joe lived in Oslo."

                """, CommandDocuments.asManual("""
                        // tag
                        == Description

                        // end

                        // tag
                        == Options

                        *--quiet*::
                          Say nothing.

                        == Footer

                        [%hardbreaks]
                        A model is a folder
                        or a name.
                          HF_HOME, HF_HUB_CACHE  where the cache is
                          HF_TOKEN               for private models

                        *Examples*
                          tesserae run ner \\
                              "Joe lived in Oslo."
                        """));
    }
}
