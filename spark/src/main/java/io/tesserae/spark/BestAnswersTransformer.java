package io.tesserae.spark;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamValidators;

/**
 * A transformer whose answers are the best of several.
 *
 * @param <S> the transformer itself, which its setters return
 */
public abstract class BestAnswersTransformer<S extends BestAnswersTransformer<S>> extends PipelineTransformer<S> {

    private static final long serialVersionUID = 1;

    private final IntParam topK;

    /** @param answers what they are, in a word */
    BestAnswersTransformer(String uid, String answers, int defaultTopK) {
        super(uid);
        topK = new IntParam(
                this, "topK", "how many " + answers + " to return, the best first", ParamValidators.gtEq(1));
        setDefault(topK, defaultTopK);
    }

    /** How many answers to return, the best first; more than there are means all. */
    public final IntParam topK() {
        return topK;
    }

    /** The value of {@link #topK}. */
    public final int getTopK() {
        return (Integer) required(topK);
    }

    /** Sets {@link #topK}. */
    public final S setTopK(int answers) {
        return with(topK, answers);
    }
}
