package io.tesserae.training.tape;

import io.tesserae.kernel.Epilogue;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Where the gradient of the loss with respect to one tensor gathers, one contribution after the other. The first is written, the others
 * are added to it, in the order of the backward pass, which is always the same.
 */
@SuppressWarnings("exports") // what it computes with is not for others
public final class Gradient {

    private final Supplier<Tensor> memory;
    private Tensor tensor; // null until it is wanted
    private boolean empty = true;

    Gradient(Supplier<Tensor> memory) {
        this.memory = memory;
    }

    /** Whether nothing has come so far. */
    public boolean isEmpty() {
        return empty;
    }

    /** What has gathered so far; its values mean nothing while it {@link #isEmpty is empty}. */
    public Tensor tensor() {
        if (tensor == null) {
            tensor = memory.get();
        }
        return tensor;
    }

    /** How a product joins what has gathered: it is the first, or is added. Whoever asks writes the whole of {@link #tensor}. */
    public Epilogue joining() {
        Epilogue joining = empty ? Epilogue.NONE : new Epilogue.AddResidual(tensor().data());
        empty = false;
        return joining;
    }

    /** What has gathered so far, or zeros: for contributions that are added here and there. */
    public Tensor toAddTo() {
        if (empty) {
            Arrays.fill(tensor().data(), 0, tensor().size(), 0f);
            empty = false;
        }
        return tensor();
    }

    /** Forgets what has gathered. */
    void clear() {
        empty = true;
    }

    /** The array behind it, if there is one, which then is another's. */
    float[] letGo() {
        float[] array = tensor == null ? null : tensor.data();
        tensor = null;
        empty = true;
        return array;
    }
}
