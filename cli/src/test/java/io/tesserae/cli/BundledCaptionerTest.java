package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.hub.BundledModels;
import io.tesserae.documents.Page;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.scenes.EvaluateCaptioner;
import io.tesserae.scenes.PipelineCaptioner;
import io.tesserae.scenes.Scores;
import io.tesserae.scenes.Sentence.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the card of the bundled captioner says, asked of the captioner: on scenes that it has not seen, drawn anew. */
class BundledCaptionerTest {

    private static final String CARD = "cli/src/main/resources/io/tesserae/cli/models/captions/MODEL.md";

    @Test
    void theCardHasTheNumbersOfTheModel() {
        Scores scores;
        try (CaptionAttentionPipeline pipeline = CaptionAttentionPipeline.TASK.open(BundledModels.captions())) {
            scores = Scores.of(new PipelineCaptioner(pipeline), EvaluateCaptioner.HELD_OUT, 500);
        }
        String card = String.join("\n", Page.named(CARD).lines());
        assertTrue(card.contains(scores.table().strip()), scores::table);
        assertTrue(scores.sentences() >= 0.95, scores::table);
        for (Fact fact : List.of(Fact.SIZE, Fact.COLOUR, Fact.SHAPE, Fact.RELATION, Fact.BACKGROUND)) {
            assertTrue(scores.facts(fact) >= 0.95, scores::table);
        }
        for (Fact fact : List.of(Fact.COLOUR, Fact.SHAPE)) {
            assertTrue(scores.pointing(fact) >= 0.9, scores::table);
        }
    }
}
