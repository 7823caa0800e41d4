package io.tesserae.scenes;

import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import java.nio.file.Path;

/** Says how good a captioner is: what it said that is wrong, and the table of its card. */
public final class EvaluateCaptioner {

    /** No scene of this seed was seen in training. */
    public static final long HELD_OUT = 3;

    private EvaluateCaptioner() {}

    /** Arguments: the folder of the checkpoint, and how many scenes if not 500. */
    public static void main(String[] arguments) {
        Path checkpoint = Path.of(arguments[0]);
        int scenes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        try (CaptionAttentionPipeline pipeline = CaptionAttentionPipeline.TASK.open(checkpoint)) {
            Scores scores = Scores.of(new PipelineCaptioner(pipeline), HELD_OUT, scenes);
            scores.mistakes().forEach(System.out::println);
            System.out.println(scores.table());
        }
    }
}
